export { MailTemplates } from './mail-templates.ts'
