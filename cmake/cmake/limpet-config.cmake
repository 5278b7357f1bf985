# find_package(limpet) reads this.
include("${CMAKE_CURRENT_LIST_DIR}/limpet-targets.cmake")
if(NOT TARGET limpet::limpet)
  set(limpet_FOUND FALSE)
  set(limpet_NOT_FOUND_MESSAGE "${LIMPET_REASON}")
endif()
