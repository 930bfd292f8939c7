package io.chatworker.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerNodeTest {

    @ParameterizedTest
    @CsvSource({
        "amqp://h,                       false, h,     5672, guest, guest,  /,    15",
        "amqp://h/,                      false, h,     5672, guest, guest,  /,    15",
        "amqp://h/%2f,                   false, h,     5672, guest, guest,  /,    15",
        "amqp://h/%2Fteam,               false, h,     5672, guest, guest,  /team,15",
        "amqp://h/team,                  false, h,     5672, guest, guest,  team, 15",
        "amqp://h:1234/team,             false, h,     1234, guest, guest,  team, 15",
        "amqps://h,                      true,  h,     5671, guest, guest,  /,    15",
        "amqps://h:5672/,                true,  h,     5672, guest, guest,  /,    15",
        "amqp://[::1],                   false, [::1], 5672, guest, guest,  /,    15",
        "amqp://[::1]:1234/team,         false, [::1], 1234, guest, guest,  team, 15",
        "amqp://my_rabbit,               false, my_rabbit, 5672, guest, guest, /, 15",
        "amqps://u:p@my_rabbit:1234/team?heartbeat=5, true, my_rabbit, 1234, u, p, team, 5",
        "amqp://u_1:a%40b%3A_@rabbit_1.my_net/, false, rabbit_1.my_net, 5672, u_1, a@b:_, /, 15",
        "amqp://_rabbit:1,               false, _rabbit, 1,  guest, guest,  /,    15",
        "amqp://10.0.0.1:1,              false, 10.0.0.1, 1, guest, guest,  /,    15",
        "amqp://[fe80::1%eth0]:1,        false, [fe80::1%eth0], 1, guest, guest, /, 15",
        "amqp://h:,                      false, h,     5672, guest, guest,  /,    15",
        "amqp://h?heartbeat=30,          false, h,     5672, guest, guest,  /,    30",
        "amqp://h/?heartbeat=0,          false, h,     5672, guest, guest,  /,    0",
        "amqp://h/team?heartbeat=5,      false, h,     5672, guest, guest,  team, 5",
        "amqp://u@h,                     false, h,     5672, u,     guest,  /,    15",
        "amqp://u:p@h,                   false, h,     5672, u,     p,      /,    15",
        "amqp://u:@h,                    false, h,     5672, u,     '',     /,    15",
        "amqp://u:a%40b%3Ac%2Fd%23%25@h, false, h,     5672, u,     a@b:c/d#%, /, 15",
        "amqp://u:a+b@h/c+d,             false, h,     5672, u,     a+b,    c+d,  15",
        "amqp://u:a:b@h,                 false, h,     5672, u,     a:b,    /,    15",
        "amqp://u:%C3%BC@h,              false, h,     5672, u,     ü,      /,    15",
    })
    void aNodeIsReadFromItsUri(
            String uri, boolean tls, String host, int port, String user, String password, String vhost, int heartbeat) {
        assertThat(BrokerNode.parse(uri)).isEqualTo(new BrokerNode(tls, host, port, user, password, vhost, heartbeat));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h:5672",
                "http://u:secret@h",
                "amqp:u:secret@h",
                "amqp://",
                "amqp:///team",
                "amqp://u:secret@",
                "amqp://u:sec ret@h",
                "amqp://u:secret%@h",
                "amqp://u:secret#x@h",
                "amqp://u:secret@h:port",
                "amqp://u:secret@my_rabbit:port",
                "amqp://u:secret@my_rabbit:99999",
                "amqp://u:secret@my_rabbit#x",
                "amqp://u:sec@ret@h",
                "amqp://u:secret@my rabbit",
                "amqp://u:secret@a_b:1:2",
                "amqp://u:secret@h:0",
                "amqp://u:secret@h:65536",
                "amqp://u:secret@h/a/b",
                "amqp://u:secret@h/team/",
                "amqp://u:secret@h?heartbeat=soon",
                "amqp://u:secret@h?heartbeat=-1",
                "amqp://u:secret@h?frame_max=4096",
                "amqp://u:secret@h?heartbeat=5&x=1"
            })
    void whatIsNoNodeIsToldWithoutItsPassword(String uri) {
        assertThatThrownBy(() -> BrokerNode.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(BrokerNode.ACCEPTED)
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("sec ret");
    }

    @Test
    void aNodeIsShownWithoutItsPassword() {
        BrokerNode node = BrokerNode.parse("amqps://u:secret@h/team");

        assertThat(node).hasToString("amqps://u@h:5671/team");
        assertThat(node.address()).isEqualTo("h:5671");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amqp://one,amqp://two:1/x,amqps://three",
                " amqp://one , amqp://two:1/x ,amqps://three ",
                "amqp://one,,amqp://two:1/x,amqps://three,"
            })
    void severalNodesAreTriedInTheirOrder(String text) {
        assertThat(BrokerNodes.parse(text).all())
                .extracting(BrokerNode::address)
                .containsExactly("one:5672", "two:1", "three:5671");
    }

    @Test
    void hostsWithAnUnderscoreMayStandInAList() {
        assertThat(BrokerNodes.parse("amqp://u:p@rabbit_1:5672/v,amqps://u:p@rabbit_2/v , amqp://[::1]")
                        .all())
                .extracting(BrokerNode::address)
                .containsExactly("rabbit_1:5672", "rabbit_2:5671", "[::1]:5672");
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqp://ok,http://u:secret@h", ",", "secret"})
    void aBadNodeAmongGoodOnesIsAProblemThatNamesTheVariableAlone(String uris) {
        List<String> problems = new ArrayList<>();

        BrokerNodes nodes = BrokerNodes.from(Map.of("RABBITMQ_URI", uris), problems::add);

        assertThat(nodes.all()).containsExactly(BrokerNode.parse(BrokerNodes.DEFAULT));
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("RABBITMQ_URI must be amqp://")
                .doesNotContain("secret");
    }

    @Test
    void anUnsetAndAnEmptyVariableAreTheBrokerOfThisMachine() {
        for (Map<String, String> environment : List.of(Map.<String, String>of(), Map.of("RABBITMQ_URI", " "))) {
            assertThat(BrokerNodes.from(environment, problem -> fail(problem)).all())
                    .containsExactly(new BrokerNode(false, "localhost", 5672, "guest", "guest", "/", 15));
        }
    }
}
