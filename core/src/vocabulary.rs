//! Names that programs depend on, each with its meaning, written once: packages and the reference are generated from them.

/// Declares an enum and lists its variants with what their documentation says.
macro_rules! vocabulary {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[doc = $doc:literal])+ $variant:ident,)+ }) => {
        $(#[$meta])*
        pub enum $name { $($(#[doc = $doc])+ $variant,)+ }

        impl $name {
            /// Every variant and its meaning.
            pub const MEANINGS: &'static [(Self, &'static str)] =
                &[$((Self::$variant, concat!($($doc),+).trim_ascii()),)+];
        }
    };
}

pub(crate) use vocabulary;
