#!/usr/bin/env node
console.error('countersign');
