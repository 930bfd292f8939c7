package io.chatworker.worker.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The laws that a test, or every test of a class, holds the worker to, by their numbers in the class comment of
 * {@link io.chatworker.worker.run.ChatRun}. Tests cite laws in no other way.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Law {
    int[] value();
}
