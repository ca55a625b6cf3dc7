import type { Programs } from './debian-packages.ts'

export const nginxProgram = '/usr/sbin/nginx'
export const nginxPrograms: Programs = { 'nginx-light': nginxProgram }
