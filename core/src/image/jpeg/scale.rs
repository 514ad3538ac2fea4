//! By how much a picture shrinks while it is decoded.

/// The scales that a decoder of 8x8 blocks has for free: each block becomes 1x1, 2x2, 4x4 or 8x8 samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    /// 1/8: only the mean of each block is decoded.
    Eighth,
    /// 1/4: the four lowest coefficients of each block.
    Quarter,
    /// 1/2: the sixteen lowest coefficients of each block.
    Half,
    /// 1/1: everything.
    Full,
}

/// How many decoded pixels a target pixel is to be made of, at the least, in each direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oversampling {
    /// One: the decoded picture is at least as large as the target. What sharp does at its defaults; the fastest.
    Single,
    /// Two: the resampling filter after it decides what the result looks like. Costs about twice the time.
    Double,
}

impl Scale {
    const ALL: [Self; 4] = [Self::Eighth, Self::Quarter, Self::Half, Self::Full];

    /// Samples of a block in each direction.
    #[must_use]
    pub const fn block(self) -> u32 {
        match self {
            Self::Eighth => 1,
            Self::Quarter => 2,
            Self::Half => 4,
            Self::Full => 8,
        }
    }

    /// What is left of `length` pixels: rounded up, so that every pixel has a part in the result.
    #[must_use]
    pub fn of(self, length: u32) -> u32 {
        (u64::from(length) * u64::from(self.block())).div_ceil(8) as u32
    }

    /// The smallest scale at which `source` has at least `oversampling` pixels for each of `target`'s, or [`Scale::Full`].
    pub(super) fn for_target(source: (u32, u32), target: (u32, u32), oversampling: Oversampling) -> Self {
        let factor = match oversampling {
            Oversampling::Single => 1,
            Oversampling::Double => 2,
        };
        let is_enough =
            |scale: Self, source: u32, target: u32| u64::from(scale.of(source)) >= factor * u64::from(target.max(1));
        let fits = |scale: &Self| is_enough(*scale, source.0, target.0) && is_enough(*scale, source.1, target.1);
        Self::ALL.into_iter().find(fits).unwrap_or(Self::Full)
    }
}
