package io.chatworker.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ops/rabbitmq/definitions.json}, laid into several virtual hosts of one broker. */
final class Definitions {

    static final String USER = "publisher";
    static final String PASSWORD = "secret";

    private static final Path FILE = Path.of("..", "rabbitmq", "definitions.json");
    private static final JsonMapper JSON = new JsonMapper();

    private final ObjectNode all = JSON.createObjectNode();

    Definitions() {
        addUser(USER, PASSWORD);
    }

    /** A user who may do everything in the virtual host that a broker has from the start. */
    Definitions withUser(String name, String password) {
        addUser(name, password);
        all.withArray("permissions").add(everything(name).put("vhost", "/"));
        return this;
    }

    private void addUser(String name, String password) {
        all.withArray("users")
                .addObject()
                .put("name", name)
                .put("password_hash", hash(password))
                .put("tags", "")
                .put("hashing_algorithm", "rabbit_password_hashing_sha256");
    }

    private static ObjectNode everything(String user) {
        return JSON.createObjectNode()
                .put("user", user)
                .put("configure", ".*")
                .put("write", ".*")
                .put("read", ".*");
    }

    /** A virtual host as the file has it. */
    ObjectNode add(String vhost) throws IOException {
        ObjectNode part = (ObjectNode) JSON.readTree(Files.readString(FILE));
        part.remove("users");
        part.putArray("vhosts").addObject().put("name", vhost);
        ArrayNode permissions = part.withArray("permissions");
        permissions.removeIf(permission -> !permission.get("user").asString().equals(USER));
        permissions.add(everything("guest"));
        part.putArray("topic_permissions");
        for (String kind : List.of("permissions", "exchanges", "queues", "bindings")) {
            part.get(kind).forEach(each -> ((ObjectNode) each).put("vhost", vhost));
        }
        return part;
    }

    /** Takes such a virtual host in. */
    Definitions with(ObjectNode vhost) {
        vhost.properties().stream()
                .filter(kind -> kind.getValue().isArray())
                .forEach(kind -> all.withArray(kind.getKey()).addAll((ArrayNode) kind.getValue()));
        return this;
    }

    /** Takes in a virtual host in which no queue takes requests. */
    Definitions withoutQueue(String name) throws IOException {
        ObjectNode vhost = add(name);
        vhost.putArray("bindings");
        return with(vhost);
    }

    /** Takes in a virtual host whose queue has room for one request. */
    Definitions withSmallQueue(String name) throws IOException {
        ObjectNode vhost = add(name);
        for (JsonNode queue : vhost.get("queues")) {
            ((ObjectNode) queue.get("arguments")).put("x-max-length", 1);
        }
        return with(vhost);
    }

    String json() {
        return all.toString();
    }

    /** As RabbitMQ stores it: four bytes of salt, and SHA-256 of them and the password. */
    private static String hash(String password) {
        byte[] salt = {1, 2, 3, 4};
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            byte[] salted = digest.digest(password.getBytes(StandardCharsets.UTF_8));
            byte[] whole = new byte[salt.length + salted.length];
            System.arraycopy(salt, 0, whole, 0, salt.length);
            System.arraycopy(salted, 0, whole, salt.length, salted.length);
            return Base64.getEncoder().encodeToString(whole);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }
}
