//! Written by tests/corpus/wording/train.py from texts of programs and of products; not by hand.

use super::Signs;

/// A text over this is what a program says.
pub(super) const LIMIT: i32 = 13;

pub(super) const SIGNS: Signs = Signs { start: -11, name: 7, single: 4, double: 0, lower: 4, stop: -5, length: [-4, 0, 0, 0, 0, 0] };

/// At `n` the words of `n` letters in order, each with its weight behind it: `N` is none, `O` 1, `M` -1.
pub(super) const WORDS: [&str; 17] = [
    "",
    "",
    "aiGatQbeLbyPcoIdeCidLinPioSlaLltLmbKmyHnoSofPupLweI",
    concat!(
        "ageFanyJapiLarePargTawsUbadUbitQboxLbugTcanTcsvLdevTdonSenvRfitPforPgotXintHisnKketYkeyPlenUmapRmaxPnewKnilY",
        "nonSnorSnotQnowLoldPourIoutPphpKpipRrsaSrunRsetPsixKskuJsqlYsrcPsrvWtagQtheJtlsQtooPtwoKuriPusePusrSxmlPyouI",
        "zipK",
    ),
    concat!(
        "argsTauthPaxesSaxisVbeenLbindQbitsQbodyJbookCbyteTcallRcardJcastScertPcityDdataPdateKdaysGdictVdidnPdocsQdoesS",
        "edgeSeditJenumQfindPfontPformKfreeLfullEhashRheadRhostQhttpPinfoPitemKjavaQkindTknowPliveIloadPlongLloopTmodeQ",
        "moreJmostLmustTnameQneedSnodeRnoneQnullPonlyRopenPpageJpassSpathPpickIpipePpoolLportPpostJprodHrankPreadProomG",
        "rootSrowsPsameSsaslPseatPsendKshopSshowLsignKsiteHsizeTtheyKthisHtrueQuserJuuidIviewKwentIwillIworkPyamlPyearK",
        "yourF",
    ),
    concat!(
        "afterQagainFarrayTasyncTbelowLblankKboundPbytesVchunkTclassScommaGcouldPcountPcoverLcurveQcyclePdailyHdoesnQ",
        "dtypeYemailIenterIentryRequalIerrnoUerrorPexistLfalseQfieldKflagsPframeTfundsHgrantJgraphTimageLindexQinputL",
        "itemsLlaterKlayerPleastJlevelQlinesJloginKmatchKmediaInamedSnamesQneedsRorderIotherLpagesIpanelIphoneGpointP",
        "priceJquotaKquoteIrangeRreachJredisSrightRscaleSshapeUsmallKsmartJstateSstockIsuiteKtableQtakesPthemeGtheseK",
        "threeTthrowCtitleFtodayJtracePtriedRtupleUusageQusersFusingRvideoLwherePwhilePwriteQwrongU",
    ),
    concat!(
        "amountFarraysTbinaryTboundsXbufferVcalledTcannotWchooseLclausePclosedPcolumnRconfigRcouldnRcouponLcursorJ",
        "customLdecodeQdefineSdeleteJdigitsLdividePeditorLengineUentityReventsLexceedHexitedUfailedSfieldsJfiniteT",
        "folderLfrozenQhandleQinputsRlabelsQlargerJlengthRlocaleDlockedPlongerKlookupPmanageLmatrixTmethodPmetricR",
        "moduleSnativeQneededQobjectSoffsetTonlineKoptionRordersPoutputSpacketSparamsYparserSpassedVpluralKpointsQ",
        "prefixPpythonRquotesJregionKresizeCrunnerLsampleSscalarWschemeTsearchEshapesRshouldTsocketSspacesJsqliteR",
        "statusPstdoutQstreamRstringQsupplyQsyntaxQtargetRtariffRtokensItryingQunablePuploadHvaluesRvectorSvolumeG",
        "weightLwindowKworkerQ",
    ),
    concat!(
        "accountCallowedLalreadyPbackendQbetweenKblockedJbookingIbooleanPcallingYcarrierHchangesIcolumnsScommandQ",
        "connectRcontactJcontentLcontextSconvertQcorruptScountryIdatasetPdefaultLdefinedTdeletedKdisplayKeditingK",
        "elementSentriesHexampleKexecutePexpectsPexpiredHfailureLfeatureLformatsJgatewayIhandlerTheadersTillegalY",
        "indicesTinstallPinsteadQintegerLinvalidSkeywordPlengthsQlettersClibraryUliteralRmailingLminimumJmissingR",
        "mozillaCoptionsSoutsideRpackageSpaddingRparsingRpartialRpartnerIpassingTpatientCpatternLpaymentCplayersD",
        "pointerQpresentPpreviewKprivatePprocessPproductIpromiseTprovideRreachedRrefusedQreplacePrequestIrequireQ",
        "resolveQruntimeRsamplesSsegmentSserviceQsettingPspecifySsupportStimeoutPtroubleDunknownUversionPwebhookL",
        "websiteKweightsTwindowsLwithoutQwritingP",
    ),
    concat!(
        "accountsKargumentTbindingsUboundaryTcallableScallbackWcategoryLcomputerQconstantYcurrencyCcustomerIdatabaseP",
        "detectedSdisabledJdiscoverLdivisionVelementsQencodingRexpectedPfilenameRfunctionSgeometryQhostnameQidentityL",
        "integersPintervalSlanguageJmanifestKmatchingImessagesCmetadataTmultipleQmutuallyTnegativeToccurredJoperatorV",
        "packagesQpersonalLproductsKpropertyLprotocolSprovidedPquantityCreadonlyPrelationVrequiresXreservedFresourceL",
        "responseQscheduleJsecurityKselectedKselectorQsequenceSsettingsKshippingIstrictlySsubclassSsupportsPtransferL",
        "unclosedTuploadedCupstreamIverifiedKworkflowJ",
    ),
    concat!(
        "algorithmSambiguousPargumentsSassertionXattemptedXattributeQavailableKcancelledCconditionPconnectedQconstructQ",
        "containerQdetermineQdimensionSdirectoryRduplicateRembeddingCexceptionSextensionPgeneratedCgeneratorPimplementV",
        "inclusiveHincorrectQinstalledTinterfacePlocalhostPmalformedRmigrationSnamespacePnecessarySpartitionPprecisionP",
        "procedureKreferencePrepresentCrequestedLserializeSsomethingKspecifiedRstatementQsupportedRtimestampPtransportQ",
        "truncatedQundefinedPunhandledRunmatchedPvariablesP",
    ),
    concat!(
        "additionalEannotationPassignmentPassociatedQattemptingPattributesPcharactersHconnectingRconnectionUcoordinateR",
        "credentialQdefinitionTdependencyQdeploymentLdimensionsVencryptionPexecutableRexpressionPidentifierPincompleteR",
        "middlewareSmismatchedTparametersPpermissionKregisteredSrepositoryIterminatedSunexpectedVvalidationH",
    ),
    concat!(
        "applicationGassociationPcompressionUconflictingRconnectionsRcredentialsPdimensionalWencounteredRenvironmentS",
        "implementedUinitializedRmaintenanceIperformanceKpermissionsItransactionStranslationLunsupportedU",
    ),
    "applicationsLauthenticateFeconnrefusedYincompatibleWinconsistentRsubscriptionKunrecognizedRunterminatedT",
    "unimplementedYuninitializedR",
    "authenticationJimplementationQ",
    "",
    "",
];

/// What train.py counts for some texts.
#[cfg(test)]
pub(super) const COUNTED: &[(&str, i32)] = &[
    ("module property was removed from AsyncDependenciesBlock (it's not needed)", 9),
    ("exporter xyz could not be found", -4),
    ("'get fontSizeAdjust' called on an object that is not a valid instance of CSSStyleProperties.", 7),
    ("Each audio clip must be 1-D (mono) or 2-D (multichannel), got shape 42.", 5),
    ("'setEndAfter' called on an object that is not a valid instance of Range.", 15),
    ("pathway must be an instance of PathwayBase.", 1),
    ("Could not find file(s) 7", -4),
    ("Unknown op: 12 42", -8),
    ("invalid window :frame option: 7", 5),
    ("matrix is not square", -2),
    ("illegal type:", 0),
    ("supposed package directory 'xyz' exists, but is not a directory", 13),
    ("Only RSA & EC keys are supported at this time.", -4),
    ("runtime type xyz only supported in experimental", 7),
    ("Missing the required parameter `org_id` when calling `delete_orgs_id_owners_id`", 7),
    ("proto: wrong wireType = 7 for field LearnersNext", 6),
    ("`sequence_stride` must be lower than the length of the data. Received: sequence_stride=42, for data of length 7", 10),
    ("Assertion failed: The resolutions (xyz) should have been registered", 9),
    ("Cannot reset Sinon function while invoking it.", 0),
    ("Keyword(s) not in schema xyz: 42", -4),
    ("Package \"apache-arrow\" is required for Arrow functionality.", -9),
    ("callbacks should either be Procs or Symbols", -3),
    ("s (size xyz) cannot be broadcast to match x and y (size 42)", 9),
    ("First argument must be a sequence of supported methods, but my first argument is not a sequence.", 13),
    ("Cannot specify both the node_name_value and node_name_fact settings", 3),
    ("Assertion failed: Expected the ident to be registered", 5),
    ("Field 'contentType' is the wrong type; must be a string (up to 255 chars)", 5),
    ("Cannot read image file xyz", -2),
    ("\"referer\" is already specified as extra HTTP header", -3),
    ("invalid umask value: 7", -6),
    (
        "The view function did not return a valid response. The return type must be a string, dict, list, tuple with headers or status, Response instance, or WSGI callable, but it was a xyz.",
        22,
    ),
    ("'p' must be a square matrix.", -2),
    ("First parameter is not an Array", -2),
];
