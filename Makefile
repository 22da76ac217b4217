# What a developer types. Everything else is Maven.
MVN ?= mvn -B -ntp
JAVA ?= $(if $(JAVA_HOME),$(JAVA_HOME)/bin/java,java)

.PHONY: demo
demo: ## The whole path on this machine; KAFSCALE_DEMO_CORRUPT=1 or KAFSCALE_DEMO_LOSE_OUTPUT=1 make it fail
	@echo "Building (the first time Maven downloads for some minutes) ..."
	@$(MVN) -q process-classes -pl examples -am
	@$(JAVA) -cp "examples/target/classes:$$(cat examples/target/classpath)" \
		-Dkafscale.golden=golden -Dkafscale.demo.output=examples/target/demo/orders.jsonl io.kafscale.examples.Demo

.PHONY: test
test: ## Build and test everything, against an etcd and databases of its own; build applications on it; then fuzz for some seconds, always from the same seed
	@MVN="$(MVN)" JAVA="$(JAVA)" scripts/test

FUZZ_SECONDS ?= 60
.PHONY: fuzz
fuzz: ## Fuzz the reader; FUZZ_SECONDS=600 for longer, FUZZ_TARGETS='Lz4FuzzTest' for some only
	@$(MVN) -q process-test-classes -pl kafscale-segment-core -am
	@JAVA="$(JAVA)" scripts/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

SIM_SEEDS ?= 10000
SIM_FIRST ?= 0
.PHONY: sim
sim: ## Whole groups of workers in simulated time, SIM_SEEDS runs of them; SIM_SEEDS=1 SIM_FIRST=42 for seed 42 alone
	@$(MVN) -q process-classes -pl kafscale-testkit -am
	@$(JAVA) -cp "kafscale-testkit/target/classes:$$(cat kafscale-testkit/target/classpath)" \
		io.kafscale.testkit.simulation.Simulations $(SIM_SEEDS) $(SIM_FIRST)

TORTURE_SECONDS ?= 180
TORTURE_STORES ?= etcd s3 jdbc
# Of ledger and jdbc; unless said, the ledger over each store, and then jdbc, a table, over the store jdbc.
TORTURE_SINKS ?=
TORTURE_SEED ?= random
.PHONY: torture
torture: ## Worker processes under real faults, TORTURE_SECONDS for each of TORTURE_STORES and TORTURE_SINKS; TORTURE_SEED=7 for the same again
	@ETCD_BIN="$$(scripts/etcd)" && export ETCD_BIN && DATABASES="$$(scripts/databases)" && eval "$$DATABASES" && \
		$(MVN) -q process-classes -pl torture -am && \
		$(JAVA) -cp "torture/target/classes:$$(cat torture/target/classpath)" io.kafscale.torture.Torture \
			$(TORTURE_SECONDS) $(TORTURE_SEED) torture/target/torture "$(TORTURE_STORES)" "$(TORTURE_SINKS)"

.PHONY: javadoc
javadoc: ## Build the API documentation of what is published; a warning fails
	$(MVN) -q package javadoc:javadoc -DskipTests -pl '!kafscale-bom,!examples,!benchmarks,!torture,!service/kafscale-cli'

.PHONY: newer-jdk
newer-jdk: ## Build everything anew, without running tests, on a JDK of 21 or later, whose checkers see more
	@MVN="$(MVN)" scripts/check-newer-jdk

.PHONY: smoke
smoke: ## Build and run applications against what is published, as users do; count what each module brings along
	@$(MVN) -q package -Dmaven.test.skip=true -pl "$$(scripts/published | paste -sd,)"
	@MVN="$(MVN)" JAVA="$(JAVA)" scripts/consumer-smoke

.PHONY: reproducible
reproducible: ## Build twice what is published, and compare the files
	@MVN="$(MVN)" scripts/check-reproducible

.PHONY: api
api: ## Compare the API with the last release's
	@MVN="$(MVN)" scripts/check-api

.PHONY: bundle
bundle: ## Build what Maven Central takes; GPG_KEY=... signs it (docs/releasing.md)
	@MVN="$(MVN)" scripts/bundle

.PHONY: cli
cli: ## Build what bin/kafscale starts
	@echo "Building (the first time Maven downloads for some minutes) ..."
	@$(MVN) -q package -Dmaven.test.skip=true -pl service/kafscale-cli -am

.PHONY: docker
docker: ## Build the image kafscale-processor; takes docker or podman
	@scripts/build-image

.PHONY: check-image
check-image: ## What can be known of the image without an engine: its Dockerfile, its size, how it starts and ends
	@rm -rf service/kafscale-cli/target/dependency
	@$(MVN) -q package dependency:copy-dependencies -DincludeScope=runtime -DskipTests -pl service/kafscale-cli -am
	@scripts/check-image

.PHONY: helm-test
helm-test: ## Render the Helm chart and check it; takes go, and says so when there is none
	@scripts/helm-test

.PHONY: format
format: ## Lay out all Java sources
	$(MVN) -q com.diffplug.spotless:spotless-maven-plugin:apply -pl '!kafscale-bom'

BENCH = $(MVN) -q process-classes -pl benchmarks -am && \
	$(JAVA) -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
		-cp "benchmarks/target/classes:$$(cat benchmarks/target/classpath)" io.kafscale.benchmarks.Main

.PHONY: bench bench-quick
bench: ## Every benchmark; writes benchmarks/results/latest.json and prints a table
	@$(BENCH) full benchmarks/results '$(or $(ROWS),.*)'
bench-quick: ## Decoding beside Kafka's reader, in under 3 minutes; ROWS=none.* picks rows
	@$(BENCH) quick benchmarks/results '$(or $(ROWS),.*)'
