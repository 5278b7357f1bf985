# For GNU make. Include it where CC is set, and ARCH to the flags that name the processor. It sets
#
#     LIMPET_CFLAGS     where limpet.h is
#     LIMPET_LIBS       the archive, for the end of the linker's line
#     LIMPET_PORTS      the directory of the ports: posix, lwip, sockets, mbedtls, locks, flash
#     LIMPET_TARGET     which archive; set it yourself if the compiler cannot be asked
#
# Set LIMPET_MQTT5 to 1 before, and it is the archive that also speaks MQTT 5.

LIMPET_DIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

# The macros that the compiler has by itself: names and values are words. One that cannot be asked says why, unless the
# archive is named.
limpet_macros := $(shell $(CC) $(ARCH) -dM -E $(LIMPET_DIR)/cmake/compiler.c $(if $(LIMPET_TARGET),2>/dev/null))
limpet_missing = $(filter-out $(limpet_macros),$(filter-out !%,$(1)))
limpet_unwanted = $(filter $(limpet_macros),$(patsubst !%,%,$(filter !%,$(1))))
# $(1) if the macros $(2) are there, and those with ! are not.
limpet_if = $(if $(call limpet_missing,$(2))$(call limpet_unwanted,$(2)),,$(1))
limpet_fitting := \
@QUESTIONS_OF_MAKE@
ifndef LIMPET_TARGET
LIMPET_TARGET := $(firstword $(limpet_fitting))
else ifneq ($(or $(firstword $(limpet_fitting)),$(LIMPET_TARGET)),$(LIMPET_TARGET))
$(warning Limpet: LIMPET_TARGET is $(LIMPET_TARGET), but '$(CC) $(ARCH)' compiles for $(firstword $(limpet_fitting)))
endif

ifeq ($(wildcard $(LIMPET_DIR)/lib/$(or $(LIMPET_TARGET),none)/liblimpet.a),)
define limpet_reason
Limpet has no archive for $(or $(LIMPET_TARGET),what '$(CC) $(ARCH)' compiles for). There are archives for
@TARGETS@Set ARCH before limpet.mk is included, or name one: LIMPET_TARGET=<its first word>
endef
$(error $(limpet_reason))
endif

LIMPET_CFLAGS := -I$(LIMPET_DIR)/include
LIMPET_LIBS := $(LIMPET_DIR)/lib/$(LIMPET_TARGET)/liblimpet$(if $(filter-out 0 no off OFF,$(LIMPET_MQTT5)),5).a
LIMPET_PORTS := $(LIMPET_DIR)/ports
