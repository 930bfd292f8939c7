package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The pom that is installed and released, as Maven has written it for this build. */
class InstalledPomTest {

    private static final Path POM = Path.of("target", "flattened-pom.xml");

    private Element project;

    @BeforeEach
    void read() throws Exception {
        assumeTrue(Files.exists(POM), "only Maven writes it");
        project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(POM.toFile())
                .getDocumentElement();
    }

    @Test
    void itStandsWithoutAParentAndNothingInItIsLeftToResolve() throws Exception {
        assertThat(project.getElementsByTagName("parent").getLength()).isZero();
        assertThat(Files.readString(POM)).doesNotContain("${", "<scope>test</scope>");
    }

    @Test
    void whoDependsOnItGetsAnnotationsAndNoBrokerClient() {
        Map<String, String> optional = new HashMap<>();
        NodeList dependencies = project.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            assertThat(text(dependency, "version")).isNotEmpty();
            optional.put(text(dependency, "artifactId"), text(dependency, "optional"));
        }

        assertThat(optional)
                .containsEntry("jackson-annotations", "")
                .containsEntry("jspecify", "")
                .containsEntry("amqp-client", "true")
                .containsEntry("jackson-databind", "true")
                .hasSize(4);
    }

    private static String text(Element element, String name) {
        NodeList found = element.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }
}
