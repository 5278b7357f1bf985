# Which archive of ${LIMPET_DIR}/lib fits. CMAKE_SYSTEM_PROCESSOR is "arm", "cortex-m4" or nothing in the toolchain files
# of firmware, so the compiler is asked for its macros under the flags in force.

# A target, then macros that must be there, or with ! must not. The first that holds is taken.
set(LIMPET_QUESTIONS
@QUESTIONS@)

# For chips whose compilers do not tell.
set(LIMPET_CHIPS
@CHIPS@)

set(LIMPET_TARGETS "@TARGETS@")

# limpet_find(<target> <reason>): the name of a directory of lib/, or nothing and the reason.
function(limpet_find target_variable reason_variable)
  set(target "")
  set(reason "")
  if(LIMPET_TARGET)
    set(target "${LIMPET_TARGET}")
    limpet_of_compiler(asked asked_reason)
    if(asked AND NOT asked STREQUAL target)
      message(WARNING "Limpet: LIMPET_TARGET is ${target}, but the compiler, with the flags known so far, works for \
${asked}. If the processor's flags are set later all is well; otherwise leave LIMPET_TARGET out.")
    endif()
    set(reason "LIMPET_TARGET is ${LIMPET_TARGET}, which is not one of them.")
  elseif(IDF_TARGET)
    limpet_of_chip("${IDF_TARGET}" target)
    set(reason "The chip is ${IDF_TARGET}.")
  else()
    limpet_of_compiler(target reason)
  endif()
  if(target AND EXISTS "${LIMPET_DIR}/lib/${target}/liblimpet.a")
    set(${target_variable} "${target}" PARENT_SCOPE)
    set(${reason_variable} "" PARENT_SCOPE)
    return()
  endif()
  set(${target_variable} "" PARENT_SCOPE)
  set(${reason_variable} "Limpet has no archive for this processor. ${reason} There are archives for
${LIMPET_TARGETS}If one of them fits nevertheless, name it: -DLIMPET_TARGET=<its first word>. If the processor's flags are set after \
Limpet is looked for, set them before, best by CMAKE_C_FLAGS_INIT in the toolchain file." PARENT_SCOPE)
endfunction()

function(limpet_of_chip chip target_variable)
  set(${target_variable} "" PARENT_SCOPE)
  foreach(line IN LISTS LIMPET_CHIPS)
    if(line MATCHES "^${chip}=(.*)$")
      set(${target_variable} "${CMAKE_MATCH_1}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# Also says what was asked.
function(limpet_of_compiler target_variable reason_variable)
  limpet_macros(macros command)
  set(${target_variable} "" PARENT_SCOPE)
  set(${reason_variable} "This was asked: ${command}." PARENT_SCOPE)
  foreach(question IN LISTS LIMPET_QUESTIONS)
    string(REPLACE " " ";" words "${question}")
    list(POP_FRONT words target)
    set(holds TRUE)
    foreach(word IN LISTS words)
      string(REPLACE "!" "" name "${word}")
      string(FIND "${macros}" "#define ${name} " at)
      if((word MATCHES "^!" AND NOT at EQUAL -1) OR (NOT word MATCHES "^!" AND at EQUAL -1))
        set(holds FALSE)
      endif()
    endforeach()
    if(holds)
      set(${target_variable} "${target}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# What the C compiler defines by itself; for programs in C++ alone that compiler is asked.
function(limpet_macros macros_variable command_variable)
  set(language C)
  if(NOT CMAKE_C_COMPILER)
    set(language CXX)
  endif()
  set(compiler "${CMAKE_${language}_COMPILER}")
  separate_arguments(flags NATIVE_COMMAND "${CMAKE_${language}_COMPILER_ARG1} ${CMAKE_${language}_FLAGS}")
  if(CMAKE_${language}_COMPILER_TARGET)
    list(APPEND flags "--target=${CMAKE_${language}_COMPILER_TARGET}")
  endif()
  # add_compile_options; what is under a condition is not known yet.
  get_directory_property(options COMPILE_OPTIONS)
  list(TRANSFORM options REPLACE "^SHELL:" "")
  list(FILTER options INCLUDE REGEX "^(-m|--target=)")
  string(REPLACE ";" " " options "${options}")
  separate_arguments(options NATIVE_COMMAND "${options}")
  set(command "${compiler}" ${flags} ${options} -dM -E "${LIMPET_DIR}/cmake/compiler.c")
  execute_process(COMMAND ${command} OUTPUT_VARIABLE macros ERROR_VARIABLE error RESULT_VARIABLE result)
  string(REPLACE ";" " " command "${command}")
  if(NOT result EQUAL 0)
    set(command "${command} (and it failed: ${error})")
  endif()
  set(${macros_variable} "${macros}" PARENT_SCOPE)
  set(${command_variable} "${command}" PARENT_SCOPE)
endfunction()
