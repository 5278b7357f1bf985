# make -f ask.mk LIMPET=... CC=... ARCH=...: says which archive fits.
include $(LIMPET)/limpet.mk

ask:
	@echo "archive: $(LIMPET_TARGET)."
