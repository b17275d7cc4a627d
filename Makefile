# The same commands as ./gishe, for those who type make.
.PHONY: kiosk test lint
kiosk test lint:
	./gishe $@ $(ARGS)
