# Makes limpet::limpet, the library, and limpet::<port> for each directory of ports/. Without a fitting archive it makes
# none, and LIMPET_REASON says why. With LIMPET_MQTT5 it is the archive that also speaks MQTT 5.
if(NOT TARGET limpet::limpet)
  get_filename_component(LIMPET_DIR "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
  include("${LIMPET_DIR}/cmake/limpet-question.cmake")
  limpet_find(LIMPET_FOUND_TARGET LIMPET_REASON)
  if(LIMPET_FOUND_TARGET)
    set(_limpet_name limpet)
    if(LIMPET_MQTT5)
      set(_limpet_name limpet5)
    endif()
    add_library(limpet::limpet STATIC IMPORTED GLOBAL)
    set_target_properties(limpet::limpet PROPERTIES
      IMPORTED_LOCATION "${LIMPET_DIR}/lib/${LIMPET_FOUND_TARGET}/lib${_limpet_name}.a"
      INTERFACE_INCLUDE_DIRECTORIES "${LIMPET_DIR}/include")
    # What is not called is dropped, and with it the need for mqtt_lock. Firmware says so itself: its linker script must know.
    if(LIMPET_FOUND_TARGET MATCHES "linux")
      set_property(TARGET limpet::limpet PROPERTY INTERFACE_LINK_OPTIONS -Wl,--gc-sections)
    endif()
    message(STATUS "Limpet: lib/${LIMPET_FOUND_TARGET}/lib${_limpet_name}.a")
    # Without C, CMake would leave the sources of a port out, and the linker would miss them.
    get_property(_limpet_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    set(_limpet_without_c "")
    if(NOT "C" IN_LIST _limpet_languages)
      set(_limpet_without_c "${LIMPET_DIR}/cmake/no-c.cpp")
    endif()
    # A port is sources that are compiled with the program that links it, so they see its lwIP, its Mbed TLS, its flags.
    foreach(_limpet_port posix lwip sockets mbedtls flash)
      file(GLOB _limpet_sources "${LIMPET_DIR}/ports/${_limpet_port}/*.c")
      add_library(limpet::${_limpet_port} INTERFACE IMPORTED GLOBAL)
      set_target_properties(limpet::${_limpet_port} PROPERTIES
        INTERFACE_SOURCES "${_limpet_sources};${_limpet_without_c}"
        INTERFACE_INCLUDE_DIRECTORIES "${LIMPET_DIR}/ports/${_limpet_port}"
        INTERFACE_LINK_LIBRARIES limpet::limpet)
    endforeach()
    set_property(TARGET limpet::posix PROPERTY INTERFACE_COMPILE_OPTIONS -pthread)
    set_property(TARGET limpet::posix PROPERTY INTERFACE_LINK_OPTIONS -pthread)

    # The locks that mqtt_post needs: one file for each system.
    file(GLOB _limpet_sources "${LIMPET_DIR}/ports/locks/*.c")
    foreach(_limpet_source IN LISTS _limpet_sources)
      get_filename_component(_limpet_system "${_limpet_source}" NAME_WE)
      add_library(limpet::locks_${_limpet_system} INTERFACE IMPORTED GLOBAL)
      set_target_properties(limpet::locks_${_limpet_system} PROPERTIES
        INTERFACE_SOURCES "${_limpet_source};${_limpet_without_c}"
        INTERFACE_LINK_LIBRARIES limpet::limpet)
    endforeach()
  endif()
endif()
