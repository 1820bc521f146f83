package io.memflow.core.os;

/** What a process or thread is doing. The letters are those of Linux' {@code /proc/PID/stat} (proc(5)). */
public enum TaskState {
    RUNNING('R'),
    SLEEPING('S'),
    /** Waiting, and not to be woken by signals. */
    UNINTERRUPTIBLE('D'),
    STOPPED('T'),
    TRACED('t'),
    DEAD('X'),
    ZOMBIE('Z'),
    PARKED('P'),
    IDLE('I'),
    UNKNOWN('?');

    private final char letter;

    TaskState(char letter) {
        this.letter = letter;
    }

    public char letter() {
        return letter;
    }
}
