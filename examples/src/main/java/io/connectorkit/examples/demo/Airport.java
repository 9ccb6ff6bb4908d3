package io.connectorkit.examples.demo;

/** An airport as the lookup finds it. */
public record Airport(String iata, String name, String city) {}
