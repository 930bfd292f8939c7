package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What {@code java -jar} begins with; the examples' tests start the jar itself with an older Java. */
class LauncherTest {

    private static final int JAVA_11 = 55;

    @Test
    void itLoadsOnJava11AndTheRestNeedNot() throws IOException {
        assumeTrue(System.getProperty("basedir") != null, "compiled by Maven, which does it for each Java");

        assertThat(version("Launcher.class")).isEqualTo(JAVA_11);
        assertThat(version("Main.class")).isGreaterThan(JAVA_11);
    }

    private static int version(String file) throws IOException {
        try (DataInputStream in = new DataInputStream(Launcher.class.getResourceAsStream(file))) {
            in.readInt();
            in.readUnsignedShort();
            return in.readUnsignedShort();
        }
    }
}
