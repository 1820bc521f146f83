/** Made-up machines: how they are asked for, planned and built. */
package io.memflow.connector.dummy;
