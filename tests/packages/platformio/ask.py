"""ask.py <package> <compiler and its flags>: says which archive the script of the library takes. BOARD_MCU is the chip."""
import os
import sys


class Environment(dict):
    """As much of that of SCons as the script needs."""

    def subst(self, text):
        return text.replace("$CC $CCFLAGS $CFLAGS", sys.argv[2])

    def GetProjectOption(self, name, default):
        return default

    def File(self, path):
        return path

    def Replace(self, SRC_FILTER):
        print("sources: %s." % " ".join(SRC_FILTER))

    def Append(self, LIBS=None, LINKFLAGS=None):
        if LIBS:
            print("archive: %s." % os.path.basename(os.path.dirname(LIBS[0])))

    def Exit(self, code):
        sys.exit(code)


class Builder:
    path = sys.argv[1]


script = os.path.join(Builder.path, "scripts", "limpet.py")
env = Environment(ENV={}, BOARD_MCU=os.environ.get("BOARD_MCU", ""))
names = {"env": env, "pio_lib_builder": Builder, "Import": lambda *wanted: None}
with open(script, encoding="utf-8") as file:
    exec(compile(file.read(), script, "exec"), names)
