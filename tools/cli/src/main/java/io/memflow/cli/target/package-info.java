/** What a command looks at: a target as the user writes it, and how it is opened. */
package io.memflow.cli.target;
