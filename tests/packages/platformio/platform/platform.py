"""A platform as PlatformIO wants one; the boards are written by the tests."""
from platformio.public import PlatformBase


class TriedPlatform(PlatformBase):
    pass
