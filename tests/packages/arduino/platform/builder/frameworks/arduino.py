"""The stand-in for an Arduino core: its headers, and its sources and those of the board with every program."""
import os

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()
board = env.BoardConfig()
env.Append(
    CPPDEFINES=[("ARDUINO", 10819)],
    CPPPATH=board.get("tried.core"),
    CXXFLAGS=["-std=gnu++11", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"],
)
for number, directory in enumerate(board.get("tried.core")):
    env.BuildSources(os.path.join("$BUILD_DIR", "core%d" % number), directory)
