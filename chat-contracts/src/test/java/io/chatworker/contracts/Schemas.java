package io.chatworker.contracts;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The published schemas, read from the class path as a service would. */
final class Schemas {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private Schemas() {}

    /** What {@code message}'s schema finds wrong; formats are checked too. */
    static List<Error> problems(String message, JsonNode body) {
        Schema schema = REGISTRY.getSchema(SchemaLocation.of("classpath:schema/v1/" + message + ".schema.json"));
        return schema.validate(
                body, execution -> execution.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    static List<Error> problemsOfSchema(JsonNode schema) {
        return REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                .validate(schema);
    }
}
