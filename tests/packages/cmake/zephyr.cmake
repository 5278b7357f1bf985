# cmake -DPACKAGE=... -DCONFIG_...=y -P zephyr.cmake: the package's module with stand-ins for Zephyr's functions.
function(zephyr_include_directories)
  message("include: ${ARGN}.")
endfunction()

function(zephyr_library_import name archive)
  message("${name}: ${archive}.")
endfunction()

include("${PACKAGE}/zephyr/CMakeLists.txt")
