package io.chatworker.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.worker.testing.Law;
import org.junit.jupiter.api.Test;

/** Whether what the broker says is said of one message, or of what all of them need. */
class BlameTest {

    private static final String FORBIDDEN =
            "ACCESS_REFUSED - access to exchange 'chat.tools' in vhost '/' refused for user 'worker'";

    private static ShutdownSignalException closed(int code, String text) {
        AMQP.Channel.Close close = new AMQP.Channel.Close.Builder()
                .replyCode(code)
                .replyText(text)
                .classId(60)
                .methodId(40)
                .build();
        return new ShutdownSignalException(false, false, close, null);
    }

    @Law(5)
    @Test
    void anEventWaitsUntilItIsPermittedAndACallToAToolDoesNot() {
        ShutdownSignalException forbidden = closed(AMQP.ACCESS_REFUSED, FORBIDDEN);

        assertThat(Blame.fallsOnAMessage(forbidden)).isFalse();
        assertThat(Blame.fallsOnACall(forbidden)).isTrue();
    }

    @Test
    void anExchangeThatIsGoneIsDeclaredAgainWhateverWasSentToIt() {
        ShutdownSignalException gone = closed(AMQP.NOT_FOUND, "NOT_FOUND - no exchange 'chat.tools' in vhost '/'");

        assertThat(Blame.fallsOnAMessage(gone)).isFalse();
        assertThat(Blame.fallsOnACall(gone)).isFalse();
    }

    @Test
    void aMessageThatCannotBeTakenIsToBlameEitherWay() {
        ShutdownSignalException invalid = closed(AMQP.PRECONDITION_FAILED, "PRECONDITION_FAILED - invalid expiration");

        assertThat(Blame.fallsOnAMessage(invalid)).isTrue();
        assertThat(Blame.fallsOnACall(invalid)).isTrue();
    }
}
