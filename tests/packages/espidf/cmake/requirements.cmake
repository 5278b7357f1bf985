# How ESP-IDF asks a component what it requires, before anything is configured: in a script, in which the registration
# ends the component's file.

set(CMAKE_BUILD_EARLY_EXPANSION 1)

macro(idf_component_register)
  cmake_parse_arguments(it "" "" "SRCS;INCLUDE_DIRS;PRIV_INCLUDE_DIRS;REQUIRES;PRIV_REQUIRES" ${ARGN})
  message("requires: ${it_REQUIRES};${it_PRIV_REQUIRES}")
  return()
endmacro()

include("${COMPONENT}/CMakeLists.txt")
