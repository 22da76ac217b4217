package io.kafscale.processor;

interface Placeholder {}
