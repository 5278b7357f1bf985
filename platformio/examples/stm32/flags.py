"""Before the platform's own flags: the unit for floats, for compiler and linker alike, and a start without the C library's."""
import os

Import("env")  # noqa: F821

FLOATS = ["-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "--specs=nano.specs"]

if not os.path.isfile(os.path.join(env.subst("$PROJECT_DIR"), "lwip", "src", "core", "tcp.c")):  # noqa: F821
    print("Where is lwIP? Unpack it in lwip, so that there is lwip/src/core/tcp.c. README.md says how.")
    env.Exit(1)  # noqa: F821
env.Append(CCFLAGS=FLOATS, LINKFLAGS=FLOATS + ["-nostartfiles", "-Wl,-z,noexecstack"])  # noqa: F821
