"""How a program is built for a board: the words for compiler and linker are in the board's own file."""
import os

from SCons.Script import Default, DefaultEnvironment

env = DefaultEnvironment()
board = env.BoardConfig()
tools = board.get("tried.tools")
env.Replace(
    AR=tools + "ar",
    AS=tools + "gcc",
    CC=tools + "gcc",
    CXX=tools + "g++",
    LINK=tools + "gcc",
    OBJCOPY=tools + "objcopy",
    RANLIB=tools + "ranlib",
    SIZETOOL=tools + "size",
    ARFLAGS=["rcs"],
    PROGSUFFIX=".elf",
    # With the flags of C: they name the processor.
    ASPPCOM="$CC $CCFLAGS $CPPFLAGS $_CPPDEFFLAGS $_CPPINCFLAGS -c -o $TARGET $SOURCES",
)
env["ENV"]["PATH"] = os.environ["PATH"]
flags = board.get("tried.flags")
env.Append(
    CCFLAGS=flags + ["-Os", "-ffunction-sections", "-fdata-sections"],
    LINKFLAGS=flags + board.get("tried.link_flags"),
)
# The start-up of the board, from where the tests of firmware have it.
sources = ["+<%s>" % name for name in board.get("tried.sources")]
if sources:
    env.BuildSources(os.path.join("$BUILD_DIR", "board"), board.get("tried.source_dir"), ["-<*>"] + sources)
Default([env.BuildProgram()])
