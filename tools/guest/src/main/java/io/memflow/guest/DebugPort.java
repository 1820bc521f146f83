package io.memflow.guest;

/** Whether the guest has a byte port to a file of ours, I/O port 0xE9, much faster and simpler than its serial port. */
public enum DebugPort {
    ON,
    OFF
}
