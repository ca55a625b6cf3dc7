import type { Texts } from './texts.ts'

export const german: Texts = {
  letters: {
    shared: {
      subject: 'Das Image „{image}“ wird mit Ihrem Projekt geteilt',
      heading: 'Ein Image wird mit Ihnen geteilt',
      paragraphs: [
        'Das Projekt {producer} teilt das Image „{image}“ mit Ihrem Projekt.',
        'Sie können es sofort anhand seiner ID starten. Wenn Sie es annehmen, erscheint es auch in der Image-Liste Ihres Projekts; wenn Sie es ablehnen, hören Sie nichts mehr davon.',
      ],
      noteLabel: 'Eine Nachricht des Anbieters',
    },
    reminder: {
      subject: 'Erinnerung: Das Image „{image}“ wartet auf Ihre Antwort',
      heading: 'Ein Image wartet auf Ihre Antwort',
      paragraphs: [
        'Das Projekt {producer} erinnert Sie an das Image „{image}“, das es mit Ihrem Projekt teilt.',
        'Sie können es sofort anhand seiner ID starten. Wenn Sie es annehmen, erscheint es auch in der Image-Liste Ihres Projekts; wenn Sie es ablehnen, werden Sie nicht mehr erinnert.',
      ],
      noteLabel: 'Eine Nachricht des Anbieters',
    },
    revoked: {
      subject: 'Das Image „{image}“ wird nicht mehr mit Ihrem Projekt geteilt',
      heading: 'Ein Image wird nicht mehr mit Ihnen geteilt',
      paragraphs: [
        'Das Projekt {producer} hat das Image „{image}“ zurückgezogen oder gelöscht. Ihr Projekt kann es nicht mehr sehen und nicht mehr davon starten. Laufende Maschinen bleiben unberührt.',
      ],
    },
    deactivated: {
      subject: 'Das Image „{image}“ kann zurzeit nicht gestartet werden',
      heading: 'Ein Image kann zurzeit nicht gestartet werden',
      paragraphs: [
        'Das Image „{image}“ des Projekts {producer}, das Ihr Projekt angenommen hat, wurde deaktiviert: Niemand kann davon starten oder es herunterladen, bis es wieder aktiviert wird. Laufende Maschinen bleiben unberührt.',
      ],
    },
    reactivated: {
      subject: 'Das Image „{image}“ kann wieder gestartet werden',
      heading: 'Ein Image kann wieder gestartet werden',
      paragraphs: [
        'Das Image „{image}“ des Projekts {producer}, das Ihr Projekt angenommen hat, ist wieder aktiv.',
      ],
    },
    deprecated: {
      subject: 'Das Image „{image}“ ist veraltet',
      heading: 'Ein Image ist veraltet',
      paragraphs: [
        'Das Projekt {producer} hat das Image „{image}“ ausgeblendet, das Ihr Projekt angenommen hat. Es steht in keiner Liste mehr, wie es bei Versionen üblich ist, die für nichts Neues verwendet werden sollen. Anhand seiner ID kann es weiterhin gestartet werden.',
      ],
    },
    supported: {
      subject: 'Das Image „{image}“ ist nicht mehr veraltet',
      heading: 'Ein Image ist nicht mehr veraltet',
      paragraphs: [
        'Das Projekt {producer} zeigt das Image „{image}“, das Ihr Projekt angenommen hat, wieder in Listen.',
      ],
    },
    answer: {
      subject: 'Image „{image}“: {status} von {consumer}',
      heading: 'Antwort auf Ihr Image',
      paragraphs: [
        'Das Projekt {consumer} hat das Image „{image}“ {status}, das Sie mit ihm teilen.',
      ],
    },
    request: {
      subject: 'Das Projekt {consumer} bittet um das Image „{image}“',
      heading: 'Jemand bittet um Ihr Image',
      paragraphs: [
        'Für das Projekt {consumer} wird um das Image „{image}“ gebeten. Die Adresse {email} wurde bestätigt; dass sie zu diesem Projekt gehört, nicht. Wer immer darum bittet: Nur dieses Projekt bekäme das Image.',
        'Wird das Image mit dem Projekt geteilt, mit welchem Client auch immer, ist die Anfrage genehmigt, und das wird mitgeteilt.',
      ],
      noteLabel: 'In ihren Worten',
    },
    memberRequest: {
      subject: 'Das Projekt {consumer} bittet um das Image „{image}“',
      heading: 'Ein Projekt bittet um Ihr Image',
      paragraphs: [
        'Ein Mitglied des Projekts {consumer} bittet um das Image „{image}“.',
        'Wird das Image mit dem Projekt geteilt, mit welchem Client auch immer, ist die Anfrage genehmigt, und das wird mitgeteilt.',
      ],
      noteLabel: 'In ihren Worten',
    },
    confirm: {
      subject: 'Bitte bestätigen Sie Ihre Anfrage zu „{image}“',
      heading: 'Haben Sie um ein Image gebeten?',
      paragraphs: [
        'Jemand bittet für das Projekt {project} um das Image „{image}“ und hat diese Adresse angegeben. Wenn Sie das waren, bestätigen Sie es bitte; vorher erfährt der Anbieter nichts davon.',
        'Wenn Sie nichts davon wissen, tun Sie nichts: Sie hören nichts mehr.',
      ],
    },
    approved: {
      subject: 'Sie können das Image „{image}“ verwenden',
      heading: 'Ihre Anfrage wurde genehmigt',
      paragraphs: [
        'Das Image „{image}“ wird mit dem Projekt {project} geteilt, für das Sie darum gebeten haben.',
        'Das Projekt kann es sofort anhand seiner ID starten. Wenn es das Image annimmt, erscheint es auch in seiner Image-Liste.',
      ],
      noteLabel: 'Eine Nachricht des Anbieters',
    },
    declined: {
      subject: 'Ihre Anfrage zu „{image}“ wurde abgelehnt',
      heading: 'Ihre Anfrage wurde abgelehnt',
      paragraphs: [
        'Der Anbieter des Images „{image}“ teilt es nicht mit dem Projekt {project}, für das Sie darum gebeten haben.',
      ],
      noteLabel: 'Der Grund',
    },
    gone: {
      subject: 'Das Image „{image}“ gibt es nicht mehr',
      heading: 'Das Image, um das Sie gebeten haben, gibt es nicht mehr',
      paragraphs: [
        'Das Image „{image}“, um das Sie für das Projekt {project} gebeten haben, wurde gelöscht, bevor Ihre Anfrage beantwortet war. Damit ist sie beendet; Sie müssen nichts tun.',
      ],
    },
    prove: {
      subject: 'Ist das Ihre Adresse?',
      heading: 'Ist das Ihre Adresse?',
      paragraphs: [
        'Jemand hat diese Adresse als Kontakt des Projekts {project} genannt. Wenn das stimmt, bestätigen Sie sie bitte; vorher wird nichts anderes gesendet.',
        'Wenn Sie nichts davon wissen, tun Sie nichts: Sie hören nichts mehr.',
      ],
    },
    digest: {
      subject: 'Neues von Ihren Images: {count}',
      heading: 'Neues von Ihren Images',
      paragraphs: ['Das ist seit der letzten E-Mail dieser Art geschehen.'],
    },
  },
  unnamed: 'ohne Namen',
  facts: {
    name: 'Name',
    id: 'Image-ID',
    producer: 'Geteilt vom Projekt',
    size: 'Größe',
    format: 'Format',
    digest: 'Prüfsumme ({algorithm})',
    project: 'Projekt',
    forProject: 'Für das Projekt',
    address: 'Adresse',
  },
  commands: {
    boot: 'Starten',
    accept: 'Annehmen',
    reject: 'Ablehnen',
    approve: 'Teilen',
  },
  statuses: { accepted: 'angenommen', rejected: 'abgelehnt', pending: 'zurückgestellt' },
  buttons: {
    answer: 'Annehmen oder ablehnen',
    answerHint:
      'Der Link gilt einmal, bis {until} (UTC). Wer antwortet, meldet sich dabei am Projekt an.',
    prove: 'Adresse bestätigen',
    confirm: 'Ja, ich bitte darum',
  },
  moreInDigest: 'Und {more} weitere, die die API als Aktivität auflistet.',
  footer: {
    contact:
      'Sie erhalten dies, weil die Adresse {address} von Images für Ihr Projekt benachrichtigt wird.',
    named: 'Sie erhalten dies, weil jemand die Adresse {address} genannt hat.',
    asked: 'Sie erhalten dies, weil jemand mit der Adresse {address} um ein Image gebeten hat.',
  },
  unsubscribe: {
    kind: 'Keine solchen E-Mails mehr',
    digest: 'Keine täglichen E-Mails mehr',
    all: 'Keine E-Mails mehr an diese Adresse',
  },
}
