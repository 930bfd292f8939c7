package io.chatworker.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ErrorCode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's table of codes, against the contract's enum. */
class ErrorCodesInDocsTest {

    @Test
    void theReadmeHasEveryCodeInItsOrderWithItsMeaningAndWhatToDo() throws IOException {
        List<List<String>> rows = ReadmeTable.under("code");

        assertThat(rows)
                .extracting(List::getFirst)
                .containsExactlyElementsOf(Arrays.stream(ErrorCode.values())
                        .map(code -> "`" + code.wire() + "`")
                        .toList());
        assertThat(rows).allSatisfy(row -> {
            // The last is what follows the closing line.
            assertThat(row).hasSize(4);
            assertThat(row.get(1)).isNotEmpty();
            assertThat(row.get(2)).isNotEmpty();
        });
    }
}
