package io.chatworker.contracts;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class DependenciesTest {

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.chatworker.contracts");

    @Test
    void nothingButAnnotationsIsNeeded() {
        classes()
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
}
