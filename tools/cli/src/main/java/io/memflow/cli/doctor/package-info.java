/** The diagnosis of a target: every step from opening it to its lists, and what to do where one failed. */
package io.memflow.cli.doctor;
