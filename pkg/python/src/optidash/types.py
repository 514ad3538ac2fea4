"""The types of the attributes of each operation, for your own annotations."""

from ._operations import *  # noqa: F403
