"""PlatformIO runs this for the library, inside its build: it links the archive that fits the board, and compiles the
ports that the project chooses, if the library has ports. The project's options:

    custom_limpet_ports = sockets, locks_esp_idf     directories of ports/, and files of ports/locks
    custom_limpet_mqtt5 = yes                        the archive that also speaks MQTT 5
    custom_limpet_target = thumbv7em-none-eabihf     the name of an archive, where the compiler cannot be asked
"""
import os
import subprocess
import sys

Import("env", "pio_lib_builder")  # noqa: F821

ROOT = pio_lib_builder.path  # noqa: F821

# An archive, then macros of the compiler that must be there, or with ! must not. The first that holds is taken.
QUESTIONS = [
@QUESTIONS@]

# For chips whose compilers do not tell.
CHIPS = {
@CHIPS@}

ARCHIVES = """\
@TARGETS@"""

# The directory of each archive.
PLACES = {
@PLACES@}

PORTS = [@PORTS@]


def fail(reason):
    sys.stderr.write("Limpet: %s\n" % reason)
    env.Exit(1)  # noqa: F821


def macros():
    """What the compiler defines by itself, with the flags that the sources are compiled with; or None, and why."""
    command = env.subst("$CC $CCFLAGS $CFLAGS -dM -E -x c -")  # noqa: F821
    places = {name: str(value) for name, value in env["ENV"].items()}  # noqa: F821
    asked = subprocess.run(command, shell=True, input="", capture_output=True, text=True,
                           env={**os.environ, **places})
    # A flag that is left alone, such as -T, takes -dM for its value; then there is no answer, and no error.
    if asked.returncode != 0 or "#define " not in asked.stdout:
        return None, "%s\n%s" % (command, asked.stderr)
    return {line.split()[1] for line in asked.stdout.splitlines() if line.startswith("#define ")}, ""


def target_of_compiler(there):
    for target, words in QUESTIONS:
        holds = [word[1:] not in there if word.startswith("!") else word in there for word in words.split()]
        if all(holds):
            return target
    return None


def with_mqtt5():
    said = env.GetProjectOption("custom_limpet_mqtt5", "no").lower()  # noqa: F821
    if said in ("yes", "true", "on", "1"):
        return True
    if said not in ("no", "false", "off", "0"):
        fail("custom_limpet_mqtt5 = %s is neither yes nor no" % said)
    return False


def archive():
    mcu = env.get("BOARD_MCU", "").lower()  # noqa: F821
    named = env.GetProjectOption("custom_limpet_target", "")  # noqa: F821
    asked = CHIPS.get(mcu)
    if not asked:
        there, reason = macros()
        if there is None and not named:
            fail("the compiler does not say what it compiles for.\n%s" % reason)
        asked = target_of_compiler(there or ())
    if named and asked and named != asked:
        sys.stderr.write("Limpet: warning: custom_limpet_target is %s, but this board's is %s\n" % (named, asked))
    target = named or asked
    name = "liblimpet5.a" if with_mqtt5() else "liblimpet.a"
    path = os.path.join(ROOT, PLACES.get(target, "none"), name)
    if not os.path.isfile(path):
        fail("there is no archive for the board %s (chip %s, archive %s). There are archives for\n%s"
             "If one of them fits nevertheless, name it in platformio.ini: custom_limpet_target = <its first word>"
             % (env.get("BOARD", "of this project"), mcu or "unknown", target or "unknown", ARCHIVES))  # noqa: F821
    return path


def locks():
    files = os.listdir(os.path.join(ROOT, "ports", "locks"))
    return sorted("locks_" + os.path.splitext(name)[0] for name in files)


def ports():
    words = env.GetProjectOption("custom_limpet_ports", "").replace(",", " ").split()  # noqa: F821
    for word in words:
        if word not in PORTS + locks():
            fail("there is no port %s. The ports are %s" % (word, ", ".join(PORTS + locks())))
    return words


def choose_sources():
    """Nothing is compiled unasked: the headers of a port may not be there."""
    sources = ["-<*>"]
    for port in ports():
        if port in PORTS:
            sources.append("+<%s/>" % port)
            env.Append(CPPPATH=[os.path.join(ROOT, "ports", port)])  # noqa: F821
        else:
            sources.append("+<locks/%s.c>" % port[len("locks_"):])
    env.Replace(SRC_FILTER=sources)  # noqa: F821


# A library without ports is compiled whole.
if PORTS:
    choose_sources()
path = archive()
env.Append(LIBS=[env.File(path)])  # noqa: F821
# What is not called is dropped, and with it the need for mqtt_lock. The platforms of boards say so themselves.
if "linux" in os.path.basename(os.path.dirname(path)):
    env.Append(LINKFLAGS=["-Wl,--gc-sections"])  # noqa: F821
