package io.chatworker.contracts;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class DependenciesTest {

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.chatworker.contracts", "io.chatworker.client", "io.chatworker.settings");

    @Test
    void theContractNeedsNothingButAnnotations() {
        classes()
                .that()
                .resideInAPackage("io.chatworker.contracts..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.chatworker.contracts..",
                        "com.fasterxml.jackson.annotation..",
                        "org.jspecify.annotations..")
                .because("any service on the JVM can then use it, whatever its JSON library or AMQP client")
                .check(LIBRARY);
    }

    @Test
    void settingsNeedNothing() {
        classes()
                .that()
                .resideInAPackage("io.chatworker.settings..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.chatworker.settings..", "org.jspecify.annotations..")
                .because("who reads a time span need not have the broker's client")
                .check(LIBRARY);
    }

    @Test
    void clientsNeedTheBrokersClientAndJacksonBesides() {
        classes()
                .that()
                .resideInAPackage("io.chatworker.client..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.net.ssl..",
                        "io.chatworker..",
                        "com.rabbitmq.client..",
                        "tools.jackson..",
                        "org.jspecify.annotations..")
                .because("a service brings its own logging and its own frame")
                .check(LIBRARY);
    }
}
