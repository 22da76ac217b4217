# What a developer types. Everything else is Maven.
MVN ?= mvn -B -ntp

.PHONY: format
format: ## Lay out all Java sources
	$(MVN) -q com.diffplug.spotless:spotless-maven-plugin:apply -pl '!kafscale-bom'
