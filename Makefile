# What a developer types. Everything else is Maven.
MVN ?= mvn -B -ntp

.PHONY: test
test: ## Build and test everything, against an etcd of its own
	@ETCD_BIN="$$(scripts/etcd)" && export ETCD_BIN && $(MVN) verify

.PHONY: format
format: ## Lay out all Java sources
	$(MVN) -q com.diffplug.spotless:spotless-maven-plugin:apply -pl '!kafscale-bom'
