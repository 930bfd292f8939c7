package io.chatworker.load;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as the worker's settings spell it. */
final class TimeSpan implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        try {
            return io.chatworker.settings.TimeSpan.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
