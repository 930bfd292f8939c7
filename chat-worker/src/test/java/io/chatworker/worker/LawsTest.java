package io.chatworker.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.chatworker.worker.run.ChatRun;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

/** Each law in the class comment of {@link ChatRun} is held by tests, and tests cite no other. */
class LawsTest {

    private static final Pattern CLASS_COMMENT =
            Pattern.compile("/\\*\\*.*?\\*/\\s*public final class", Pattern.DOTALL);

    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages("io.chatworker.worker");

    @Test
    void eachLawIsHeldByATestAndNoOtherIsCited() throws IOException {
        Set<Integer> laws = IntStream.rangeClosed(1, countLaws()).boxed().collect(Collectors.toSet());

        Set<Integer> cited = Stream.concat(
                        CLASSES.stream()
                                .filter(type -> type.isAnnotatedWith(Law.class))
                                .map(type -> type.getAnnotationOfType(Law.class)),
                        methods()
                                .filter(method -> method.isAnnotatedWith(Law.class))
                                .map(method -> method.getAnnotationOfType(Law.class)))
                .flatMapToInt(law -> IntStream.of(law.value()))
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(laws).hasSize(8);
        assertThat(cited).containsExactlyInAnyOrderElementsOf(laws);
    }

    @Test
    void onlyTestsCiteLaws() {
        assertThat(methods().filter(method -> method.isAnnotatedWith(Law.class)))
                .allMatch(LawsTest::isTest);
        assertThat(CLASSES.stream().filter(type -> type.isAnnotatedWith(Law.class)))
                .allMatch(type -> type.getMethods().stream().anyMatch(LawsTest::isTest));
    }

    private static Stream<JavaMethod> methods() {
        return CLASSES.stream().map(JavaClass::getMethods).flatMap(Set::stream);
    }

    private static boolean isTest(JavaMethod method) {
        return method.isMetaAnnotatedWith(Testable.class);
    }

    private static int countLaws() throws IOException {
        Path source =
                Path.of("src", "main", "java").resolve(ChatRun.class.getName().replace('.', '/') + ".java");
        Matcher comment = CLASS_COMMENT.matcher(Files.readString(source));
        assertThat(comment.find()).as("a class comment in " + source).isTrue();
        return comment.group().split("<li>", -1).length - 1;
    }
}
