package io.connectorkit.benchmarks.contest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the other benchmarks of a JMH class are compared with, at equal parameters: a method, or a value of a parameter.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Against {

    /** Name of the method, or value of {@link #param}. */
    String value();

    /** The parameter whose values are compared; none when methods are. */
    String param() default "";

    /** Method or value whose cost is in all others and is taken off them; none unless given. */
    String floor() default "";
}
