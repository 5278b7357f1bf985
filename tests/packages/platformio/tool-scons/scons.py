"""SCons where PlatformIO wants it, from the virtual environment."""
import SCons.Script

SCons.Script.main()
