# cmake -DLIMPET_DIR=... -DCMAKE_C_COMPILER=... -DCMAKE_C_FLAGS=... -P ask.cmake: says which archive fits.
include("${LIMPET_DIR}/cmake/limpet-question.cmake")
limpet_find(target reason)
message("archive: ${target}.")
message("${reason}")
