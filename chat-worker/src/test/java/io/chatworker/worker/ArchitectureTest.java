package io.chatworker.worker;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.rabbitmq.client.AMQP;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may know of what. ArchUnit's own JUnit engine is for JUnit 5, so its rules are checked by plain tests. */
class ArchitectureTest {

    private static final String ROOT = "io.chatworker.worker";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void arrowsPointOneWay() {
        check(layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("root")
                .definedBy(ROOT)
                .layer("observe")
                .definedBy(ROOT + ".observe")
                .layer("intake")
                .definedBy(ROOT + ".intake")
                .layer("control")
                .definedBy(ROOT + ".control")
                .layer("decode")
                .definedBy(ROOT + ".decode")
                .layer("run")
                .definedBy(ROOT + ".run")
                .layer("ollama")
                .definedBy(ROOT + ".ollama")
                .layer("prompt")
                .definedBy(ROOT + ".prompt")
                .layer("tools")
                .definedBy(ROOT + ".tools")
                .layer("publish")
                .definedBy(ROOT + ".publish")
                .layer("broker")
                .definedBy(ROOT + ".broker")
                .layer("settings")
                .definedBy(ROOT + ".settings")
                .layer("stop")
                .definedBy(ROOT + ".stop")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("observe")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("intake")
                .mayOnlyBeAccessedByLayers("root", "observe")
                .whereLayer("control")
                .mayOnlyBeAccessedByLayers("root", "intake")
                .whereLayer("decode")
                .mayOnlyBeAccessedByLayers("root", "intake", "control")
                .whereLayer("run")
                .mayOnlyBeAccessedByLayers("root", "intake", "control", "decode", "observe")
                .whereLayer("ollama")
                .mayOnlyBeAccessedByLayers("root", "control", "run", "observe")
                .whereLayer("prompt")
                .mayOnlyBeAccessedByLayers("root", "intake", "control", "decode", "run", "ollama")
                .whereLayer("publish")
                .mayOnlyBeAccessedByLayers("root", "intake", "control", "decode", "run", "observe")
                .whereLayer("tools")
                .mayOnlyBeAccessedByLayers("root", "run", "observe")
                .whereLayer("broker")
                .mayOnlyBeAccessedByLayers("root", "intake", "control", "publish", "tools", "observe")
                .because(
                        "a request goes intake → decode → run → prompt, ollama, tools, publish → broker, and who reads it in"
                                + " that order need not look back"));
    }

    @Test
    void packagesAreFreeOfCycles() {
        check(slices().matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("two packages that need each other are one"));
    }

    @Test
    void everyPackageIsFlat() {
        check(noClasses()
                .should()
                .resideInAPackage(ROOT + ".*.*..")
                .because("packages are the steps of a request; one that needs packages wants to be a module"));
    }

    @Test
    void onlyTheOllamaPackageKnowsOkHttp() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".ollama")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "okio..")
                .because("how Ollama is spoken to is that package's affair, failures of HTTP included"));
    }

    @Test
    void onlyThoseAtTheBrokerKnowItsClient() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        ROOT + ".intake",
                        ROOT + ".control",
                        ROOT + ".decode",
                        ROOT + ".publish",
                        ROOT + ".tools",
                        ROOT + ".broker")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.rabbitmq..")
                .because("a run is the same wherever requests come from and events go"));
    }

    @Test
    void decodingKnowsOfTheBrokerOnlyAMessagesProperties() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".decode")
                .should()
                .dependOnClassesThat(resideInAPackage("com.rabbitmq..").and(not(type(AMQP.BasicProperties.class))))
                .because("a body and its properties are all there is to a request, whatever channel it came on"));
    }

    @Test
    void onlyObserveKnowsMetrics() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".observe")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .because("no chat depends on being measured: ChatListener turns the arrow around"));
    }

    @Test
    void onlyWhoeverTracesKnowsOpenTelemetry() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".observe")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..")
                .because("where nobody wants traces, nothing of it is loaded"));
    }

    @Test
    void onlyTheRootAndTheBrokerKnowSpring() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".broker")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .because("the worker is plain objects, wired in one place; Spring declares the topology"));
    }

    @Test
    void nobodyUsesJacksonTwo() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..")
                .because("one mapper reads and writes, and it is Jackson 3's"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".*Utils?",
                ".*Helper",
                ".*Manager",
                ".*Impl",
                "Abstract.*",
                "Base[A-Z].*",
                ".*Support",
                ".*Service"
            })
    void noNameSaysNothing(String pattern) {
        check(noClasses()
                .should()
                .haveNameMatching("(.*[.$])?" + pattern)
                .because("a class is named by what it is or does"));
    }

    @Test
    void nobodySleeps() {
        check(noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", Duration.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .because("a wait ends with what it waits for: a stop must not lie behind a sleep"));
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
