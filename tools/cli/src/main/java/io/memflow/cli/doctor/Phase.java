package io.memflow.cli.doctor;

/** The parts of a diagnosis, in the order they are made. */
enum Phase {
    /** Opening the memory. */
    SOURCE("source"),
    /** Finding the system in it. */
    DISCOVERY("discovery"),
    /** What the system's lists give. */
    LISTS("lists"),
    /** Whether what was found agrees with itself. */
    CHECKS("checks");

    private final String title;

    Phase(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
