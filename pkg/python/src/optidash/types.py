"""The types of the attributes of each operation and of what the API answers, for your own annotations."""

from ._answers import *  # noqa: F403
from ._operations import *  # noqa: F403
