package io.chatworker.worker.testing;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The contract's schemas, as any service would use them. */
final class EventSchemas {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private EventSchemas() {}

    /** What is wrong with an event of this name; formats are checked too. */
    static List<Error> problems(String name, JsonNode body) {
        return REGISTRY.getSchema(SchemaLocation.of("classpath:schema/v1/" + name + ".schema.json"))
                .validate(body, execution -> execution.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }
}
