package io.chatworker.worker.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A message of Protocol Buffers by the numbers of its fields.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">the encoding</a>
 */
final class Protobuf {

    private final Map<Integer, List<Long>> numbers = new HashMap<>();
    private final Map<Integer, List<byte[]>> bytes = new HashMap<>();

    private Protobuf() {}

    static Protobuf of(byte[] encoded) {
        Protobuf message = new Protobuf();
        ByteBuffer buffer = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            long tag = varint(buffer);
            int field = (int) (tag >>> 3);
            switch ((int) tag & 7) {
                case 0 -> message.add(field, varint(buffer));
                case 1 -> message.add(field, buffer.getLong());
                case 5 -> message.add(field, buffer.getInt());
                case 2 -> {
                    byte[] some = new byte[(int) varint(buffer)];
                    buffer.get(some);
                    message.bytes.computeIfAbsent(field, _ -> new ArrayList<>()).add(some);
                }
                default -> throw new IllegalArgumentException("no wire type: " + tag);
            }
        }
        return message;
    }

    private void add(int field, long number) {
        numbers.computeIfAbsent(field, _ -> new ArrayList<>()).add(number);
    }

    private static long varint(ByteBuffer buffer) {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = buffer.get();
            value |= (next & 0x7fL) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    boolean has(int field) {
        return numbers.containsKey(field) || bytes.containsKey(field);
    }

    /** Zero where there is none. */
    long number(int field) {
        return numbers.getOrDefault(field, List.of(0L)).getLast();
    }

    String text(int field) {
        return new String(bytes(field), StandardCharsets.UTF_8);
    }

    String hex(int field) {
        return HexFormat.of().formatHex(bytes(field));
    }

    List<Protobuf> messages(int field) {
        return bytes.getOrDefault(field, List.of()).stream().map(Protobuf::of).toList();
    }

    private byte[] bytes(int field) {
        return bytes.getOrDefault(field, List.of(new byte[0])).getLast();
    }
}
