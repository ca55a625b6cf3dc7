import type { Texts } from './texts.ts'

export const english: Texts = {
  letters: {
    shared: {
      subject: 'Image “{image}” is shared with your project',
      heading: 'An image is shared with you',
      paragraphs: [
        'The project {producer} shares the image “{image}” with your project.',
        'You can boot from it at once, by its id. If you accept it, it also appears in your project’s list of images; if you reject it, you will hear no more of it.',
      ],
      noteLabel: 'A note from the producer',
    },
    reminder: {
      subject: 'Reminder: image “{image}” waits for your answer',
      heading: 'An image waits for your answer',
      paragraphs: [
        'The project {producer} reminds you of the image “{image}”, which it shares with your project.',
        'You can boot from it at once, by its id. If you accept it, it also appears in your project’s list of images; if you reject it, you will not be reminded again.',
      ],
      noteLabel: 'A note from the producer',
    },
    revoked: {
      subject: 'Image “{image}” is no longer shared with your project',
      heading: 'An image is no longer shared with you',
      paragraphs: [
        'The project {producer} has taken the image “{image}” back, or has deleted it. Your project can no longer see it or boot from it. Machines that run already are not touched.',
      ],
    },
    deactivated: {
      subject: 'Image “{image}” cannot be booted for now',
      heading: 'An image cannot be booted for now',
      paragraphs: [
        'The image “{image}” of the project {producer}, which your project has accepted, was deactivated: nobody can boot from it or download it until it is made active again. Machines that run already are not touched.',
      ],
    },
    reactivated: {
      subject: 'Image “{image}” can be booted again',
      heading: 'An image can be booted again',
      paragraphs: [
        'The image “{image}” of the project {producer}, which your project has accepted, is active again.',
      ],
    },
    deprecated: {
      subject: 'Image “{image}” is deprecated',
      heading: 'An image is deprecated',
      paragraphs: [
        'The project {producer} has hidden the image “{image}”, which your project has accepted. It stands in no list any more, as one does with versions that are not to be used for anything new. By its id it can be booted as before.',
      ],
    },
    supported: {
      subject: 'Image “{image}” is no longer deprecated',
      heading: 'An image is no longer deprecated',
      paragraphs: [
        'The project {producer} shows the image “{image}”, which your project has accepted, in lists again.',
      ],
    },
    answer: {
      subject: 'Image “{image}”: {status} by {consumer}',
      heading: 'Your image was answered about',
      paragraphs: [
        'The project {consumer} has {status} the image “{image}” that you share with it.',
      ],
    },
    request: {
      subject: 'Project {consumer} asks for the image “{image}”',
      heading: 'Someone asks for your image',
      paragraphs: [
        'The image “{image}” is asked for, for the project {consumer}. The address {email} was confirmed; that it belongs to this project was not, but whoever asks, only this project would be given the image.',
        'Sharing the image with the project, by whichever client, approves the request and tells so.',
      ],
      noteLabel: 'In their words',
    },
    memberRequest: {
      subject: 'Project {consumer} asks for the image “{image}”',
      heading: 'A project asks for your image',
      paragraphs: [
        'A member of the project {consumer} asks for the image “{image}”.',
        'Sharing the image with the project, by whichever client, approves the request and tells so.',
      ],
      noteLabel: 'In their words',
    },
    confirm: {
      subject: 'Please confirm that you ask for “{image}”',
      heading: 'Did you ask for an image?',
      paragraphs: [
        'Someone asks for the image “{image}” for the project {project}, and gave this address. If it was you, please confirm it; the producer hears nothing of it before.',
        'If you know nothing of it, do nothing: you will hear no more.',
      ],
    },
    approved: {
      subject: 'You may use the image “{image}”',
      heading: 'Your request was approved',
      paragraphs: [
        'The image “{image}” is shared with the project {project}, for which you asked.',
        'The project can boot from it at once, by its id. Once it has accepted the image, it also appears in its list of images.',
      ],
      noteLabel: 'A note from the producer',
    },
    declined: {
      subject: 'Your request for “{image}” was declined',
      heading: 'Your request was declined',
      paragraphs: [
        'The producer of the image “{image}” does not share it with the project {project}, for which you asked.',
      ],
      noteLabel: 'The reason',
    },
    gone: {
      subject: 'The image “{image}” is gone',
      heading: 'The image that you asked for is gone',
      paragraphs: [
        'The image “{image}”, for which you asked for the project {project}, was deleted before your request was answered. The request has ended; you need do nothing.',
      ],
    },
    prove: {
      subject: 'Is this your address?',
      heading: 'Is this your address?',
      paragraphs: [
        'Someone has named this address as a contact of the project {project}. If that is right, please confirm it; nothing else is sent before.',
        'If you know nothing of it, do nothing: you will hear no more.',
      ],
    },
    digest: {
      subject: 'News of your images: {count}',
      heading: 'News of your images',
      paragraphs: ['This is what happened since the last mail of this kind.'],
    },
  },
  unnamed: 'unnamed',
  facts: {
    name: 'Name',
    id: 'Image id',
    producer: 'Shared by project',
    size: 'Size',
    format: 'Format',
    digest: 'Digest ({algorithm})',
    project: 'Project',
    forProject: 'For project',
    address: 'Address',
  },
  commands: {
    boot: 'Boot from it',
    accept: 'Accept it',
    reject: 'Reject it',
    approve: 'Share it',
  },
  statuses: { accepted: 'accepted', rejected: 'rejected', pending: 'set back' },
  buttons: {
    answer: 'Accept or reject',
    answerHint:
      'The link works once, until {until} (UTC). Whoever answers logs in to the project with it.',
    prove: 'Confirm this address',
    confirm: 'Yes, I ask for it',
  },
  moreInDigest: 'And {more} more, which the API lists as activity.',
  footer: {
    contact: 'You get this because the address {address} is told of images for your project.',
    named: 'You get this because someone named the address {address}.',
    asked: 'You get this because someone asked for an image with the address {address}.',
  },
  unsubscribe: {
    kind: 'No more mail of this kind',
    digest: 'No more daily mail',
    all: 'No more mail to this address',
  },
}
