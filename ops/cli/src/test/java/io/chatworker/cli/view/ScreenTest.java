package io.chatworker.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.cli.Person;
import org.junit.jupiter.api.Test;

class ScreenTest {

    @Test
    void aStatusThatIsTooLongIsCutButItsTimeIsNot() throws Exception {
        try (Person person = new Person(40, 5);
                Screen screen = new Screen(person.terminal(), false)) {
            screen.status("Ollama is away; the request is held until it is back");

            assertThat(person.awaits(" 2 s")).isEqualTo("Ollama is away; the request is hel… 2 s");
        }
    }

    @Test
    void textGoesOnInItsLineAfterAStatus() throws Exception {
        try (Person person = new Person(40, 5);
                Screen screen = new Screen(person.terminal(), false)) {
            screen.text("Once upon a");
            screen.status("stopping");
            person.awaits("stopping …");
            screen.text(" time");

            assertThat(person.awaits("time")).isEqualTo("Once upon a time");
        }
    }
}
