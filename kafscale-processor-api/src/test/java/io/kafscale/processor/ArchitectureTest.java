package io.kafscale.processor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.kafscale.segment.TopicPartition;

/** The edges that architecture.md forbids. */
@AnalyzeClasses(packages = "io.kafscale", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule core_knowsNoVendor = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.kafscale..",
                    "java..",
                    "org.jspecify..",
                    "org.slf4j..",
                    "org.xerial.snappy..",
                    "net.jpountz..",
                    "com.github.luben.zstd..");

    @ArchTest
    static final ArchRule core_knowsNoDatabase =
            noClasses().should().dependOnClassesThat().resideInAPackage("java.sql..");

    @ArchTest
    static final ArchRule segment_dependsOnNoOtherModule = noClasses()
            .that()
            .resideInAPackage("io.kafscale.segment..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.kafscale.discovery..", "io.kafscale.checkpoint..", "io.kafscale.processor..");

    @ArchTest
    static final ArchRule discovery_dependsOnSegmentsAlone = noClasses()
            .that()
            .resideInAPackage("io.kafscale.discovery..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.kafscale.checkpoint..", "io.kafscale.processor..");

    @ArchTest
    static final ArchRule checkpoint_knowsOfSegmentsOnlyWhatAPartitionIs = noClasses()
            .that()
            .resideInAPackage("io.kafscale.checkpoint..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(
                            "io.kafscale.segment..", "io.kafscale.discovery..", "io.kafscale.processor..")
                    .and(com.tngtech.archunit.base.DescribedPredicate.not(
                            JavaClass.Predicates.equivalentTo(TopicPartition.class))));

    @ArchTest
    static final ArchRule onlySlf4jIsForProcessors = noClasses()
            .that()
            .resideOutsideOfPackage("io.kafscale.processor..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.slf4j..");
}
