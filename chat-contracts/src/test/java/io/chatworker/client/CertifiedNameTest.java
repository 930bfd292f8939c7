package io.chatworker.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertifiedNameTest {

    @ParameterizedTest
    @CsvSource({
        "my_rabbit,     my_rabbit,       true",
        "My_Rabbit,     my_rabbit,       true",
        "other_rabbit,  my_rabbit,       false",
        "my_rabbit.net, my_rabbit,       false",
        "my_rabbit,     my_rabbit.net,   false",
        "*.my_net.org,  rabbit.my_net.org, true",
        "*.my_net.org,  my_net.org,      false",
        "*.my_net.org,  a.b.my_net.org,  false",
        "*.my_net.org,  .my_net.org,     false",
        "*.my_net,      rabbit.my_net,   false",
        "*,             my_rabbit,       false",
        "my_*,          my_rabbit,       false"
    })
    void aCertificateNamesAHostOrAllOfADomain(String certified, String host, boolean matches) {
        assertThat(CertifiedName.matches(certified, host)).isEqualTo(matches);
    }
}
